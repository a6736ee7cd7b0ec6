using System.Collections.Concurrent;
using System.Collections.Immutable;
using ImageStorage.Documents;
using ImageStorage.Errors;

namespace ImageStorage.Transactions;

/// <summary>
/// The journals among the documents of the store, and which of them this process works on. A journal is created before the first effect; the transaction is
/// decided when it is gone.
/// </summary>
internal sealed class TransactionJournal(IDocumentStore documents)
{
    private const string Prefix = "transactions/";
    private const int PageLength = 1000;
    private const int IdLength = 32;

    private readonly ConcurrentDictionary<string, JournalEntry> _live = new(StringComparer.Ordinal);

    // The images of a journal never become more, so what other processes hold is read once.
    private readonly ConcurrentDictionary<string, ImmutableArray<ImageKey>> _foreign = new(StringComparer.Ordinal);

    /// <summary>How many transactions this process works on.</summary>
    public int LiveCount => _live.Count;

    /// <summary>Does this process work on it?</summary>
    public bool IsLive(string id) => _live.ContainsKey(id);

    /// <summary>Says that this process works on a transaction, from before its journal is written until the result is disposed.</summary>
    public IDisposable Register(JournalEntry entry) => _live.TryAdd(entry.Id, entry) ? new Registration(this, entry.Id) : throw new InvalidOperationException("The transaction is under way already.");

    public async Task<JournalEntry> CreateAsync(JournalEntry entry, CancellationToken cancellationToken) =>
        entry with { ETag = await documents.PutAsync(NameOf(entry.Id), JournalCodec.Write(entry), DocumentETag.None, cancellationToken).ConfigureAwait(false) };

    /// <exception cref="ImageConflictException">Somebody else has written or removed it.</exception>
    public async Task<JournalEntry> ReplaceAsync(JournalEntry entry, CancellationToken cancellationToken) =>
        entry with { ETag = await documents.PutAsync(NameOf(entry.Id), JournalCodec.Write(entry), entry.ETag, cancellationToken).ConfigureAwait(false) };

    /// <summary>Removes a journal in the version that is known.</summary>
    /// <exception cref="ImageConflictException">Somebody else has written or removed it.</exception>
    public Task RemoveAsync(JournalEntry entry, CancellationToken cancellationToken) => documents.DeleteAsync(NameOf(entry.Id), entry.ETag, cancellationToken);

    /// <summary>Removes a journal in whatever version it is; answers whether there was one.</summary>
    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => documents.DeleteAsync(NameOf(id), null, cancellationToken);

    /// <summary>Reads a journal; null when the transaction is decided.</summary>
    /// <exception cref="StorageCorruptedException">It cannot be read.</exception>
    /// <exception cref="StorageNotSupportedException">It was written by a newer version of the library.</exception>
    public async Task<JournalEntry?> ReadAsync(string id, CancellationToken cancellationToken) =>
        await documents.GetAsync(NameOf(id), cancellationToken).ConfigureAwait(false) is { } document ? JournalCodec.Read(id, document) : null;

    /// <summary>The ids of all transactions that are not decided.</summary>
    public async Task<List<string>> ListAsync(CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        DocumentName? after = null;
        while (true)
        {
            var names = await documents.ListAsync(Prefix, after, PageLength, cancellationToken).ConfigureAwait(false);
            ids.AddRange(names.Select(name => name.Value[Prefix.Length..]).Where(id => id.Length == IdLength));
            if (names.Count < PageLength)
            {
                return ids;
            }

            after = names[^1];
        }
    }

    /// <summary>
    /// Another transaction that holds an image of this one, whose journal is written already; null for none. Of two that begin at the same time, at least one
    /// sees the other.
    /// </summary>
    public async Task<string?> FindOverlapAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        var keys = entry.Keys;
        if (keys.IsEmpty)
        {
            return null;
        }

        var own = keys.ToHashSet();
        var ids = await ListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var forgotten in _foreign.Keys.Except(ids).ToList())
        {
            _foreign.TryRemove(forgotten, out _);
        }

        foreach (var id in ids.Where(id => id != entry.Id))
        {
            if (Overlaps(await KeysOfAsync(id, cancellationToken).ConfigureAwait(false)))
            {
                // What is in doubt holds fewer images than it did, so one that stands in the way is read again.
                _foreign.TryRemove(id, out _);
                if (Overlaps(await KeysOfAsync(id, cancellationToken).ConfigureAwait(false)))
                {
                    return id;
                }
            }
        }

        return null;

        bool Overlaps(ImmutableArray<ImageKey>? held) => held is { } keys && keys.Any(own.Contains);
    }

    /// <summary>The name of the document, for a commit that writes it with images.</summary>
    public static DocumentName NameOf(string id) => Prefix + id;

    /// <summary>Can this be the id of a transaction?</summary>
    public static bool IsId(string? id) => id is { Length: IdLength } && id.All(char.IsAsciiHexDigitLower);

    private async Task<ImmutableArray<ImageKey>?> KeysOfAsync(string id, CancellationToken cancellationToken)
    {
        if (_live.TryGetValue(id, out var live))
        {
            return live.Keys;
        }

        if (_foreign.TryGetValue(id, out var known))
        {
            return known;
        }

        if (await documents.GetAsync(NameOf(id), cancellationToken).ConfigureAwait(false) is not { } document)
        {
            return null;
        }

        return _foreign[id] = JournalCodec.ReadKeys(document);
    }

    private sealed class Registration(TransactionJournal journal, string id) : IDisposable
    {
        public void Dispose() => journal._live.TryRemove(id, out _);
    }
}
