namespace ImageStorage;

/// <summary>A change of what is known of an image; its bytes stay. What is null stays as it is.</summary>
public sealed record ImageUpdate
{
    /// <summary>The new file name; an empty text removes it.</summary>
    public string? FileName { get; init; }

    /// <summary>The metadata that replaces all metadata there is; empty removes it.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The tags that replace all tags there are; empty removes them.</summary>
    public IReadOnlyCollection<string>? Tags { get; init; }

    /// <summary>The version that the change was made for; another one throws <see cref="ImageConflictException"/>. Null: whatever version is there.</summary>
    public IfMatch? Precondition { get; init; }

    /// <summary>Gets the version to record; null for a version that the provider creates. See <c>PutRequest.NewETag</c>.</summary>
    internal ImageETag? NewETag { get; init; }

    /// <summary>Returns the record after this update. The provider sets the version and the time.</summary>
    internal ImageInfo ApplyTo(ImageInfo info) => info with
    {
        FileName = FileName is null ? info.FileName : FileName.Length == 0 ? null : FileName,
        Metadata = Metadata is null ? info.Metadata : MetadataDictionary.Empty.AddRange(Metadata),
        Tags = Tags is null ? info.Tags : [.. Tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
    };

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(ImageUpdate),
        (nameof(FileName), FileName), (nameof(Metadata), Metadata), (nameof(Tags), Tags),
        (nameof(Precondition), Precondition));
}
