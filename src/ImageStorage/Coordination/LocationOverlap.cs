namespace ImageStorage.Coordination;

/// <summary>How the locations of two providers relate.</summary>
internal enum LocationOverlap
{
    None,
    Same,

    /// <summary>One is inside the other.</summary>
    Nested,
}
