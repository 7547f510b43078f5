"""
What the patient shows: valence, arousal, states and stance, clause by clause.
"""
