using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>The content of a lease document.</summary>
internal sealed record ProcessLeaseDocument : DocumentContent
{
    /// <summary>
    /// Gets the number of times that the owner has written the document; null if the document does not say so.
    /// </summary>
    public long? Renewals { get; init; }

    /// <summary>Gets how long the lease lasts after a renewal; null if the document does not say so.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>
    /// Gets the time that has certainly passed since the owner wrote the document. Watchers record this time, and a
    /// renewal removes it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TimeSpan SilentFor { get; init; }

    /// <summary>
    /// Reads a lease document. A document that cannot be read or has impossible times counts as empty, so that documents
    /// of other versions of the library work.
    /// </summary>
    public static ProcessLeaseDocument Read(StoredDocument document) =>
        DocumentJson.TryRead(document, CoordinationJson.Instance.ProcessLeaseDocument, out _) is { } content && content.SilentFor >= TimeSpan.Zero && !(content.Duration < TimeSpan.Zero)
            ? content
            : new ProcessLeaseDocument();

    /// <summary>Returns the content as JSON.</summary>
    public byte[] ToBytes() => DocumentJson.Write(this, CoordinationJson.Instance.ProcessLeaseDocument);
}
