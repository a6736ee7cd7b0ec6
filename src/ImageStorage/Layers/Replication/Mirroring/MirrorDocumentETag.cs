using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// The ETag of a document of the mirrored store: the ETag of one replica, and which replica that is. The providers choose
/// the ETags of documents, so one version has an ETag of its own on each replica.
/// </summary>
internal readonly record struct MirrorDocumentETag(bool IsOfPrimary, DocumentETag Value)
{
    private const string PrimaryPrefix = "1-";
    private const string MirrorPrefix = "2-";

    public DocumentETag ToETag() => new((IsOfPrimary ? PrimaryPrefix : MirrorPrefix) + Value.Value);

    /// <summary>
    /// Returns the ETag of a replica; <see langword="null"/> if the text is not the ETag of a mirrored store.
    /// </summary>
    public static MirrorDocumentETag? TryParse(DocumentETag text) =>
        text.Value.StartsWith(PrimaryPrefix, StringComparison.Ordinal) ? new(true, new(text.Value[PrimaryPrefix.Length..]))
        : text.Value.StartsWith(MirrorPrefix, StringComparison.Ordinal) ? new(false, new(text.Value[MirrorPrefix.Length..]))
        : null;
}
