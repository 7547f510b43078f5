"""
What the therapist does: behaviours and techniques, with the words that show them.
"""

from aftermove.techniques.codebook import Codebook, Technique
from aftermove.techniques.cues import Cue
from aftermove.techniques.detector import CueDetector

__all__ = ["Codebook", "Cue", "CueDetector", "Technique"]
