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

    /// <summary>
    /// The version to record; null for one that the provider makes, which is what applications want. See
    /// <c>PutRequest.NewETag</c>.
    /// </summary>
    public ImageETag? NewETag { get; init; }

    /// <summary>
    /// Returns the record after this change. The provider sets the new ETag and the time of modification.
    /// </summary>
    public ImageInfo ApplyTo(ImageInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return info with
        {
            FileName = FileName is null ? info.FileName : FileName.Length == 0 ? null : FileName,
            Metadata = Metadata is null ? info.Metadata : MetadataDictionary.Empty.AddRange(Metadata),
            Tags = Tags is null ? info.Tags : [.. Tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }
}
