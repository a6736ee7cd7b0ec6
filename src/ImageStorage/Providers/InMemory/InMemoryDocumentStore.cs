using System.Globalization;
using ImageStorage.Providers;

namespace ImageStorage.InMemory;

/// <summary>The documents of an <see cref="InMemoryImageProvider"/>.</summary>
internal sealed class InMemoryDocumentStore : IDocumentStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DocumentName, StoredDocument> _documents = [];
    private readonly SortedSet<DocumentName> _names = new(DocumentName.OrdinalComparer);
    private long _versions;
    private volatile bool _isDisposed;

    /// <summary>Gets or sets a value that indicates whether the provider is disposed and refuses calls.</summary>
    public bool IsDisposed
    {
        get => _isDisposed;
        set => _isDisposed = value;
    }

    public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(InMemoryImageProvider));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return Task.FromResult(_documents.GetValueOrDefault(name));
        }
    }

    public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(InMemoryImageProvider));
        cancellationToken.ThrowIfCancellationRequested();
        _ = name.Value;
        DocumentRules.CheckLength(name, content.Length);
        lock (_gate)
        {
            CheckLocked(name, ifMatch);
            return Task.FromResult(PutLocked(name, content));
        }
    }

    public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(InMemoryImageProvider));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            CheckLocked(name, ifMatch);
            return Task.FromResult(DeleteLocked(name));
        }
    }

    /// <summary>
    /// Checks all preconditions, runs an operation that may throw, and then makes all writes atomically.
    /// </summary>
    public T Commit<T>(IReadOnlyList<AtomicDocument> writes, Func<T> operation)
    {
        lock (_gate)
        {
            foreach (var write in writes)
            {
                DocumentRules.CheckLength(write.Name, write.Content?.Length ?? 0);
                CheckLocked(write.Name, write.IfMatch);
            }

            var result = operation();
            foreach (var write in writes)
            {
                if (write.Content is { } content)
                {
                    PutLocked(write.Name, content);
                }
                else
                {
                    DeleteLocked(write.Name);
                }
            }

            return result;
        }
    }

    public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(InMemoryImageProvider));
        cancellationToken.ThrowIfCancellationRequested();
        DocumentRules.CheckListing(prefix, limit);
        lock (_gate)
        {
            var names = _names.Where(name => name.Value.StartsWith(prefix, StringComparison.Ordinal) && (after is null || name.CompareTo(after.Value) > 0));
            return Task.FromResult<IReadOnlyList<DocumentName>>([.. names.Take(limit)]);
        }
    }

    public Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(InMemoryImageProvider));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<string>>([.. _names.Select(name => name.Collection).Distinct().Order(StringComparer.Ordinal)]);
        }
    }

    private DocumentETag PutLocked(DocumentName name, ReadOnlyMemory<byte> content)
    {
        var etag = new DocumentETag((++_versions).ToString(CultureInfo.InvariantCulture));
        _documents[name] = new StoredDocument { Name = name, Content = content.ToArray(), ETag = etag };
        _names.Add(name);
        return etag;
    }

    private bool DeleteLocked(DocumentName name)
    {
        _names.Remove(name);
        return _documents.Remove(name);
    }

    private void CheckLocked(DocumentName name, DocumentETag? ifMatch)
    {
        var current = _documents.GetValueOrDefault(name)?.ETag ?? DocumentETag.None;
        if (ifMatch is { } expected && expected != current)
        {
            throw DocumentRules.Conflict(name, "InMemory");
        }
    }
}
