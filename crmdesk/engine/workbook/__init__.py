"""The workbook that goes to the people who know the answers: written, and read back."""
