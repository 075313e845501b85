"""Ways to reach people: text messages and mail."""
