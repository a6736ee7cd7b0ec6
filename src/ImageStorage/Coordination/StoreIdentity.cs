using System.Security.Cryptography;
using System.Text;
using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>
/// The random id of a store, stored as a document in the store itself. The id distinguishes two stores that share
/// something: a distributed cache, a cache folder, a fallback. Moving a store or opening it by another path does not
/// change the id.
/// </summary>
/// <param name="Id">The id; never <see cref="Guid.Empty"/>.</param>
internal sealed record StoreIdentity(Guid Id)
{
    /// <summary>The document that holds the id.</summary>
    public static readonly DocumentName Name = DocumentCollections.Store + "/identity";

    private const int Format = 1;

    /// <summary>
    /// Gets the identity of the store that a provider opens, through all layers and compositions. Creates the identity
    /// if the store has none yet. Returns null while the identity is not decided: ask again later.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The provider that holds the identity does not answer.</exception>
    /// <exception cref="StorageCorruptedException">The document cannot be read.</exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the document.</exception>
    public static async Task<StoreIdentity?> OfAsync(IImageProvider provider, CancellationToken cancellationToken) =>
        provider.GetAbility<IStoreIdentitySource>() is { } source
            ? await source.GetIdentityAsync(cancellationToken).ConfigureAwait(false)
            : await GetOrCreateAsync(provider.Documents, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Returns the identity of a composed store, which differs from the identities of its parts. The same kind and text
    /// always give the same identity.
    /// </summary>
    /// <param name="kind">The kind of composition.</param>
    /// <param name="text">A text that is unique to the composed store.</param>
    public static StoreIdentity Derive(string kind, string text) =>
        new(new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{text}")).AsSpan(0, 16), bigEndian: true));

    /// <summary>Reads the identity of a store, or returns null if the store has none yet.</summary>
    /// <exception cref="StorageCorruptedException">The document cannot be read.</exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the document.</exception>
    public static async Task<StoreIdentity?> ReadAsync(IDocumentStore documents, CancellationToken cancellationToken) =>
        await documents.GetAsync(Name, cancellationToken).ConfigureAwait(false) is { } document ? Parse(document) : null;

    /// <summary>
    /// Reads the identity of a store, and creates it first if the store has none. Concurrent callers, also of several
    /// processes, get the same identity.
    /// </summary>
    /// <exception cref="StorageCorruptedException">The document cannot be read.</exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the document.</exception>
    public static async Task<StoreIdentity> GetOrCreateAsync(IDocumentStore documents, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadAsync(documents, cancellationToken).ConfigureAwait(false) is { } existing)
            {
                return existing;
            }

            var created = new StoreIdentity(Guid.NewGuid());
            try
            {
                await documents.PutAsync(Name, DocumentJson.Write(new IdentityDocument { Format = Format, Id = created.Id }, CoordinationJson.Instance.IdentityDocument), DocumentETag.None, cancellationToken).ConfigureAwait(false);
                return created;
            }
            catch (ImageConflictException)
            {
                // Another caller created the identity in the meantime: the next read returns it.
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static StoreIdentity Parse(StoredDocument document)
    {
        var content = DocumentJson.Read(
            document,
            CoordinationJson.Instance.IdentityDocument,
            Format,
            newer => new StorageNotSupportedException($"A newer version of ImageStorage wrote the document '{Name}' (format {newer}; this version knows {Format}). Update the package."),
            Unreadable);
        return content.Id != Guid.Empty ? new StoreIdentity(content.Id) : throw Unreadable(null);
    }

    private static StorageCorruptedException Unreadable(Exception? exception) =>
        new($"The document '{Name}', which holds the identity of the store, cannot be read. Restore it from a copy of the store, or delete it: the store gets a new identity, and caches start empty.", exception);
}
