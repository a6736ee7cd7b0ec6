namespace ImageStorage;

/// <summary>Options for saving one image.</summary>
public sealed record SaveOptions
{
    internal static SaveOptions Default { get; } = new();

    /// <summary>
    /// Gets the declared content type. A type that contradicts the bytes is refused. The default is
    /// <see langword="null"/>: any accepted type.
    /// </summary>
    public string? ContentType { get; init; }

    /// <summary>
    /// Gets the exact number of bytes of the source, for a source that cannot tell its length, such as a request body.
    /// A source with fewer or more bytes is refused. The default is <see langword="null"/>: the length of a seekable
    /// source, or unknown.
    /// </summary>
    public long? ContentLength { get; init; }

    /// <summary>
    /// Gets the original file name: at most 255 characters, without control characters and path separators.
    /// </summary>
    public string? FileName { get; init; }

    /// <summary>
    /// Gets the names and values of the application; null for none. An overwrite replaces all metadata.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Gets the tags of the application; null for none. An overwrite replaces all tags.</summary>
    public IReadOnlyCollection<string>? Tags { get; init; }

    /// <summary>
    /// Gets the precondition of the save. The default is <see langword="null"/>: the save replaces any image.
    /// </summary>
    public Precondition? Precondition { get; init; }

    /// <summary>
    /// Gets the creation time to record, for imports. The default is <see langword="null"/>: the creation time of an
    /// overwritten image, or now.
    /// </summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(SaveOptions),
        (nameof(ContentType), ContentType), (nameof(ContentLength), ContentLength),
        (nameof(FileName), FileName), (nameof(Metadata), Metadata), (nameof(Tags), Tags),
        (nameof(Precondition), Precondition), (nameof(CreatedAt), CreatedAt));
}
