"""Payment plans and promises between the practice and its patients: agreed, signed, charged on their days, over."""
