"""What the practice enters and corrects: visits, money taken at the office, refunds, write-offs and their undoing."""
