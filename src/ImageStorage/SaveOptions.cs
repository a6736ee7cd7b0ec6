namespace ImageStorage;

/// <summary>How one image is saved.</summary>
public sealed record SaveOptions
{
    internal static SaveOptions Default { get; } = new();

    /// <summary>What the caller believes the type to be; a declared type that the bytes disagree with is refused. Null: no opinion.</summary>
    public string? ContentType { get; init; }

    /// <summary>
    /// The exact number of bytes that the source will give, when the source cannot tell (a request body with a
    /// Content-Length). A source that gives fewer or more is refused. Null: taken from a seekable source, else unknown.
    /// </summary>
    public long? ContentLength { get; init; }

    /// <summary>The name of the file that the image came from, at most 255 characters, without control characters and path separators.</summary>
    public string? FileName { get; init; }

    /// <summary>The application's own names and values. Null: none. An overwrite replaces what was there.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The application's labels. Null: none. An overwrite replaces what was there.</summary>
    public IReadOnlyCollection<string>? Tags { get; init; }

    /// <summary>What must be true for the save to happen. Null: the save overwrites whatever is there.</summary>
    public Precondition? Precondition { get; init; }

    /// <summary>The time of creation to record instead of now, for imports. Null: now, or what an overwritten image has.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(SaveOptions),
        (nameof(ContentType), ContentType), (nameof(ContentLength), ContentLength),
        (nameof(FileName), FileName), (nameof(Metadata), Metadata), (nameof(Tags), Tags),
        (nameof(Precondition), Precondition), (nameof(CreatedAt), CreatedAt));
}
