using System.Text;
using System.Text.Json.Serialization.Metadata;
using ImageStorage.Providers;

namespace ImageStorage.Replication;

/// <summary>
/// Reads the hints among the documents of a provider, and retains those that cannot be read for a person to look at.
/// </summary>
/// <param name="documents">The documents of the provider.</param>
/// <param name="retainedPrefix">The prefix of the names of retained documents.</param>
/// <param name="remedy">What a hint that cannot be read may hide, and what to do.</param>
internal sealed class HintDocuments(IDocumentStore documents, string retainedPrefix, string remedy)
{
    /// <summary>Reads a hint; returns null if there is none.</summary>
    /// <exception cref="StorageCorruptedException">
    /// The document is damaged or not a hint, or a newer version of the library wrote it.
    /// </exception>
    public async Task<T?> GetAsync<T>(DocumentName name, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : HintContent
    {
        StoredDocument? document;
        try
        {
            document = await documents.GetAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageCorruptedException exception)
        {
            throw Unreadable(name, "its bytes are damaged", exception);
        }

        if (document is null)
        {
            return null;
        }

        var hint = DocumentJson.Read(
            document,
            type,
            HintContent.KnownFormat,
            _ => Unreadable(name, "its format is unknown to this version of the library", null),
            failure => Unreadable(name, "the library does not write such content", failure));
        (hint.Name, hint.Version) = (name, document.ETag);
        return hint;
    }

    public StorageCorruptedException Unreadable(DocumentName name, string reason, Exception? cause) =>
        new($"The hint '{name}' cannot be read: {reason}. {remedy}", cause) { Reason = reason };

    /// <summary>Retains a copy of a hint that cannot be read, before a write replaces or removes the hint.</summary>
    /// <returns>
    /// The version of the hint; null if the provider cannot read it; <see cref="DocumentETag.None"/> if another process
    /// has removed it.
    /// </returns>
    public async Task<DocumentETag?> RetainUnreadableAsync(DocumentName name, CancellationToken cancellationToken)
    {
        StoredDocument? document = null;
        try
        {
            document = await documents.GetAsync(name, cancellationToken).ConfigureAwait(false);
            if (document is null)
            {
                return DocumentETag.None;
            }
        }
        catch (StorageCorruptedException)
        {
            // The provider can no longer read the document: only its name can be retained.
        }

        await documents.PutAsync($"{retainedPrefix}{Guid.CreateVersion7():n}", document?.Content ?? Encoding.UTF8.GetBytes(name.Value), DocumentETag.None, cancellationToken).ConfigureAwait(false);
        return document?.ETag;
    }

    /// <summary>
    /// Removes a hint that cannot be read and is no longer needed, and retains a copy. Returns false if another process
    /// has replaced the hint.
    /// </summary>
    public async Task<bool> TryRemoveUnreadableAsync(DocumentName name, CancellationToken cancellationToken)
    {
        var version = await RetainUnreadableAsync(name, cancellationToken).ConfigureAwait(false);
        return version == DocumentETag.None || await TryRemoveAsync(name, version, cancellationToken).ConfigureAwait(false)
            || await documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is null;
    }

    /// <summary>Removes a document, unless it has another version than expected.</summary>
    public async Task<bool> TryRemoveAsync(DocumentName name, DocumentETag? version, CancellationToken cancellationToken)
    {
        try
        {
            await documents.DeleteAsync(name, version, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }
}
