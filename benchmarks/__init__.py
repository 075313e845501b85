"""Numbers, measured: each program prints ratios against a floor that it measures in the same run."""
