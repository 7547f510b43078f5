"""
What happens in the patient after each therapist move.
"""
