namespace ImageStorage;

/// <summary>
/// A change of the record of an image. The bytes stay. A property that is <see langword="null"/> leaves the old value.
/// </summary>
public sealed record ImageUpdate
{
    /// <summary>Gets the new file name; an empty text removes the file name.</summary>
    public string? FileName { get; init; }

    /// <summary>Gets the metadata that replace all metadata; an empty dictionary removes all metadata.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Gets the tags that replace all tags; an empty collection removes all tags.</summary>
    public IReadOnlyCollection<string>? Tags { get; init; }

    /// <summary>
    /// Gets the version to change; another version throws <see cref="ImageConflictException"/>. The default is
    /// <see langword="null"/>: any version.
    /// </summary>
    public IfMatch? Precondition { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(ImageUpdate),
        (nameof(FileName), FileName), (nameof(Metadata), Metadata), (nameof(Tags), Tags),
        (nameof(Precondition), Precondition));
}
