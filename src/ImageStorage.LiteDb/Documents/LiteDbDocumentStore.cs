using System.Text;
using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Files;
using ImageStorage.Providers;
using LiteDB;

namespace ImageStorage.LiteDb.Documents;

/// <summary>
/// Stores documents in a collection of the same database. Names are ASCII, so their bytes are in ordinal order.
/// </summary>
internal sealed class LiteDbDocumentStore(LiteStore store) : IDocumentStore
{
    public async Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default)
    {
        var id = IdOf(name);
        return await TranslateAsync($"reading document '{name}'", store.ReadAsync(session => Find(session, name, id), cancellationToken)).ConfigureAwait(false);
    }

    public async Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
    {
        var id = IdOf(name);
        DocumentRules.CheckLength(name, content.Length);
        cancellationToken.ThrowIfCancellationRequested();
        var (value, etag) = DocumentFormat.Write(name, content.Span);
        return await TranslateAsync($"writing document '{name}'", store.CommitAsync(
            session =>
            {
                Check(session, name, id, ifMatch);
                session.InTransaction(() => session.Upsert(StoreLayout.Documents, new BsonDocument { [StoreLayout.Id] = id, [StoreLayout.Data] = value }));
                return Find(session, name, id)?.ETag == etag ? etag : throw new DamagedFileException("LiteDB reported a commit that is missing");
            },
            cancellationToken)).ConfigureAwait(false);
    }

    public async Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
    {
        var id = IdOf(name);
        var operation = $"deleting document '{name}'";

        // Deleting a missing document needs no commit, and must not create a store.
        if (!await TranslateAsync(operation, store.ReadAsync(session => Exists(session, name, id, ifMatch), cancellationToken)).ConfigureAwait(false))
        {
            return false;
        }

        return await TranslateAsync(operation, store.CommitAsync(
            session =>
            {
                if (!Exists(session, name, id, ifMatch))
                {
                    return false;
                }

                session.InTransaction(() => session.Delete(StoreLayout.Documents, id));
                return session.Find(StoreLayout.Documents, id) is null ? true : throw new DamagedFileException("LiteDB reported a commit that is missing");
            },
            cancellationToken)).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        DocumentRules.CheckListing(prefix, limit);
        var from = Encoding.ASCII.GetBytes(prefix);
        byte[] to = [.. from, 0xFF];
        if (after is { } position && string.CompareOrdinal(position.Value, prefix) >= 0)
        {
            from = [.. IdOf(position), 0];
        }

        var ids = await TranslateAsync($"listing documents '{prefix}'", store.ReadAsync(
            session => session is null || from.AsSpan().SequenceCompareTo(to) > 0 ? [] : session.Ids(StoreLayout.Documents, from, to, limit),
            cancellationToken)).ConfigureAwait(false);
        return ids.ConvertAll(id => new DocumentName(Encoding.ASCII.GetString(id.AsBinary)));
    }

    public async Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var collections = await TranslateAsync("listing collections of documents", store.ReadAsync(session => session is null ? [] : CollectionsOf(session), cancellationToken)).ConfigureAwait(false);
        collections.Sort(StringComparer.Ordinal);
        return collections;
    }

    private static List<string> CollectionsOf(LiteSession session)
    {
        // One seek per collection: the character after '/' is '0', so the end of a collection is known.
        var collections = new List<string>();
        byte[] from = [0];
        while (session.Ids(StoreLayout.Documents, from, new byte[] { 0xFF }, 1) is [var id])
        {
            var collection = new DocumentName(Encoding.ASCII.GetString(id.AsBinary)).Collection;
            collections.Add(collection);
            from = Encoding.ASCII.GetBytes(collection + "0");
        }

        return collections;
    }

    /// <summary>Returns the id of a document.</summary>
    internal static byte[] IdOf(DocumentName name) => Encoding.ASCII.GetBytes(name.Value);

    /// <summary>Returns a document; null when it does not exist.</summary>
    internal static StoredDocument? Find(LiteSession? session, DocumentName name, byte[] id) =>
        session?.Find(StoreLayout.Documents, id) is { } document ? DocumentFormat.Read(name, document[StoreLayout.Data]) : null;

    /// <summary>Throws when the precondition of a write does not hold.</summary>
    internal static void Check(LiteSession session, DocumentName name, byte[] id, DocumentETag? ifMatch)
    {
        if (ifMatch is { } expected && expected != (Find(session, name, id)?.ETag ?? DocumentETag.None))
        {
            throw DocumentRules.Conflict(name, LiteDbImageProvider.ProviderName);
        }
    }

    private static bool Exists(LiteSession? session, DocumentName name, byte[] id, DocumentETag? ifMatch)
    {
        if (session is null)
        {
            return ifMatch is null || ifMatch == DocumentETag.None ? false : throw DocumentRules.Conflict(name, LiteDbImageProvider.ProviderName);
        }

        Check(session, name, id, ifMatch);
        return session.Find(StoreLayout.Documents, id) is not null;
    }

    private static async Task<T> TranslateAsync<T>(string operation, Task<T> work)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (Exception exception) when (LiteDbErrors.NeedsTranslation(exception))
        {
            throw LiteDbErrors.Translate(exception, operation, null);
        }
    }
}
