namespace ImageStorage.Tool.Importing;

/// <summary>The settings of an import.</summary>
internal sealed record ImportSettings
{
    /// <summary>Gets the text before every key.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>Gets what happens to a key with an image.</summary>
    public ExistingImages Existing { get; init; }

    /// <summary>Gets a value indicating whether files that are not images are left out instead of refused.</summary>
    public bool OnlyImages { get; init; }

    /// <summary>
    /// Gets a value indicating whether the time of modification of a file is recorded as the creation time.
    /// </summary>
    public bool KeepTimes { get; init; }
}
