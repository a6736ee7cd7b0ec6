namespace ImageStorage.Tool.Importing;

/// <summary>What became of one file.</summary>
internal enum ImportOutcome
{
    /// <summary>There was no image under its key.</summary>
    Stored,

    /// <summary>There was another image under its key, and now it is this one.</summary>
    Replaced,

    /// <summary>The store has it already, with the same bytes.</summary>
    Skipped,

    /// <summary>It is no image that the store takes.</summary>
    Refused,

    /// <summary>It could not be read or stored.</summary>
    Failed,
}
