namespace ImageStorage.Providers;

/// <summary>
/// A change of the record of an image, for providers and layers. The bytes stay. A property that is
/// <see langword="null"/> leaves the old value. Applications use <see cref="ImageUpdate"/>.
/// </summary>
public sealed record RecordUpdate
{
    /// <inheritdoc cref="ImageUpdate.FileName"/>
    public string? FileName { get; init; }

    /// <inheritdoc cref="ImageUpdate.Metadata"/>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <inheritdoc cref="ImageUpdate.Tags"/>
    public IReadOnlyCollection<string>? Tags { get; init; }

    /// <summary>
    /// Gets the properties to set, and those to remove, whose value is <see langword="null"/>. Properties that are not
    /// named here stay.
    /// </summary>
    public IReadOnlyDictionary<string, string?>? Properties { get; init; }

    /// <summary>Gets the SHA-256 to record, for an image that was saved without it.</summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary>Gets the orientation to record, for an image whose record lacks it.</summary>
    public ImageOrientation? Orientation { get; init; }

    /// <summary>Gets the number of frames to record, for an image whose record lacks it.</summary>
    public int? FrameCount { get; init; }

    /// <summary>Gets the time of modification to record; null for now.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Gets the ETag to record; null for a new ETag. See <see cref="PutRequest.NewETag"/>.</summary>
    public ImageETag? NewETag { get; init; }

    /// <summary>
    /// Gets the version to change; another version throws <see cref="ImageConflictException"/>. The default is
    /// <see langword="null"/>: any version.
    /// </summary>
    public IfMatch? Precondition { get; init; }

    /// <summary>Returns the record after this update.</summary>
    /// <param name="info">The record before the update.</param>
    /// <param name="modifiedAt">The time of this write, if the update has no time.</param>
    /// <param name="etag">The new ETag, if the update has no ETag.</param>
    /// <exception cref="ImageValidationException">A property breaks a rule, or the properties are too long together.</exception>
    public ImageInfo ApplyTo(ImageInfo info, DateTimeOffset modifiedAt, ImageETag etag)
    {
        ArgumentNullException.ThrowIfNull(info);
        return info with
        {
            FileName = FileName is null ? info.FileName : FileName.Length == 0 ? null : FileName,
            Metadata = Metadata is null ? info.Metadata : MetadataDictionary.Empty.AddRange(Metadata),
            Tags = Tags is null ? info.Tags : [.. Tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Properties = Properties is null ? info.Properties : PropertyRules.Apply(info.Key, info.Properties, Properties),
            Sha256 = Sha256 ?? info.Sha256,
            Orientation = Orientation ?? info.Orientation,
            FrameCount = FrameCount ?? info.FrameCount,
            ModifiedAt = ModifiedAt ?? modifiedAt,
            ETag = NewETag ?? etag,
        };
    }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(RecordUpdate),
        (nameof(FileName), FileName), (nameof(Metadata), Metadata), (nameof(Tags), Tags),
        (nameof(Properties), Properties?.Keys), (nameof(Sha256), Sha256), (nameof(Orientation), Orientation), (nameof(FrameCount), FrameCount),
        (nameof(ModifiedAt), ModifiedAt), (nameof(NewETag), NewETag), (nameof(Precondition), Precondition));
}
