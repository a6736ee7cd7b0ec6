namespace ImageStorage.Tool.Importing;

/// <summary>How an import treats files and keys.</summary>
internal sealed record ImportSettings
{
    /// <summary>Text in front of every key.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>What happens to a key that has an image.</summary>
    public ExistingImages Existing { get; init; }

    /// <summary>Whether files that are no images are left out instead of refused.</summary>
    public bool OnlyImages { get; init; }

    /// <summary>Whether the time of modification of a file is recorded as the time of creation.</summary>
    public bool KeepTimes { get; init; }
}
