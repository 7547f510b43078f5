"""
What the therapist does: behaviours and techniques, with the words that show them.
"""
