"""
What the therapist does: behaviours and techniques, with the words that show them.
"""

from aftermove.techniques.codebook import Codebook, Technique
from aftermove.techniques.crosswalk import Crosswalk
from aftermove.techniques.cues import Cue
from aftermove.techniques.detector import CueDetector
from aftermove.techniques.miti import MitiSummary

__all__ = ["Codebook", "Crosswalk", "Cue", "CueDetector", "MitiSummary", "Technique"]
