using System.IO.Hashing;
using System.Security.Cryptography;

namespace ImageStorage.Providers;

/// <summary>
/// Hashes the pieces of one content in order, on another core while the caller writes the same pieces: SHA-256 takes
/// longer than an unflushed write, so hash and write overlap. Small contents are hashed on the thread of the caller,
/// which is cheaper than waking a thread.
/// </summary>
/// <remarks>
/// One caller enqueues and waits; at most one work item hashes. <see cref="_gate"/> guards the queue, the counters and
/// the waiter. The state of SHA-256 belongs to the work item, the state of XXH128 to the caller.
/// </remarks>
internal sealed class ContentHasher(ContentIdentity identity) : IThreadPoolWorkItem, IDisposable
{
    /// <summary>
    /// The maximum number of pending pieces, and so the number of the caller's buffers: a buffer is reused after its
    /// piece was hashed.
    /// </summary>
    public const int MaxPending = 4;

    // Below this length, waking another thread costs more than the hash (about 18 µs of SHA-256).
    private const int InlineLimit = 32 * 1024;

    private readonly Lock _gate = new();
    private ReadOnlyMemory<byte>[]? _queue;
    private long _enqueued;
    private long _done;
    private bool _running;
    private long _awaited;
    private TaskCompletionSource? _waiter;
    private Exception? _failure;

    // A spare state for the next content. Concurrent contents create their own.
    private static XxHash128? _spareXxHash;
    private static IncrementalHash? _spareSha;

    private XxHash128? _xxHash;
    private IncrementalHash? _sha;
    private ContentDigest? _digest;
    private long _length;
    private bool _shaFinished;

    /// <summary>Hashes a piece that is the complete content.</summary>
    public long EnqueueAll(ReadOnlyMemory<byte> piece)
    {
        if (identity == ContentIdentity.XxHash128 || piece.Length <= InlineLimit)
        {
            _digest = DigestOf(piece.Span);
            return _enqueued;
        }

        return Enqueue(piece);
    }

    /// <summary>
    /// Hashes the next piece. Its bytes must not change until <see cref="WaitAsync"/> for the returned number has
    /// completed.
    /// </summary>
    public long Enqueue(ReadOnlyMemory<byte> piece)
    {
        if (identity == ContentIdentity.XxHash128)
        {
            // XXH128 of the largest piece takes a few microseconds, as long as waking another thread.
            AppendXxHash(piece.Span);
            return _enqueued;
        }

        // XXH128 runs here, because the other core is busy with SHA-256 for longer.
        AppendXxHash(piece.Span);
        lock (_gate)
        {
            _queue ??= new ReadOnlyMemory<byte>[MaxPending];
            _queue[_enqueued % MaxPending] = piece;
            _enqueued++;
            if (!_running)
            {
                _running = true;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            return _enqueued;
        }
    }

    /// <summary>Waits until the piece with this number and all pieces before it are hashed.</summary>
    public ValueTask WaitAsync(long number)
    {
        lock (_gate)
        {
            if (_done >= number)
            {
                return ValueTask.CompletedTask;
            }

            _awaited = number;
            _waiter = new TaskCompletionSource();
            return new ValueTask(_waiter.Task);
        }
    }

    /// <summary>Waits until no buffer is in use.</summary>
    public ValueTask WaitForAllAsync() => WaitAsync(_enqueued);

    /// <summary>Returns the digest of all pieces.</summary>
    public async ValueTask<ContentDigest> GetDigestAsync()
    {
        if (_digest is { } known)
        {
            return known;
        }

        await WaitAsync(_enqueued).ConfigureAwait(false);
        if (_failure is not null)
        {
            throw new InvalidOperationException("Hashing the content failed.", _failure);
        }

        if (_length == 0)
        {
            return DigestOf([]);
        }

        var digest = new ContentDigest(_length, _xxHash!.GetCurrentHashAsUInt128(), _sha is null ? null : Finish(_sha));
        _digest = digest;
        return digest;
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (true)
        {
            ReadOnlyMemory<byte> piece;
            lock (_gate)
            {
                if (_done == _enqueued)
                {
                    _running = false;
                    return;
                }

                piece = _queue![_done % MaxPending];
            }

            try
            {
                (_sha ??= Interlocked.Exchange(ref _spareSha, null) ?? IncrementalHash.CreateHash(HashAlgorithmName.SHA256)).AppendData(piece.Span);
            }
            catch (CryptographicException exception)
            {
                _failure ??= exception;
            }

            TaskCompletionSource? waiter = null;
            lock (_gate)
            {
                _done++;
                if (_waiter is not null && _done >= _awaited)
                {
                    (waiter, _waiter) = (_waiter, null);

                    // The waiter continues on this thread; another thread hashes the remaining pieces.
                    if (_done < _enqueued)
                    {
                        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    }
                    else
                    {
                        _running = false;
                    }
                }
            }

            if (waiter is not null)
            {
                waiter.SetResult();
                return;
            }
        }
    }

    public void Dispose()
    {
        if (_xxHash is { } xxHash)
        {
            xxHash.Reset();
            Volatile.Write(ref _spareXxHash, xxHash);
        }

        // An unfinished hash would continue where it stopped, so only a finished hash is reused.
        if (_sha is { } sha && (!_shaFinished || Interlocked.CompareExchange(ref _spareSha, sha, null) is not null))
        {
            sha.Dispose();
        }
    }

    private ContentDigest DigestOf(ReadOnlySpan<byte> content)
    {
        Sha256Digest? sha = null;
        if (identity == ContentIdentity.Sha256)
        {
            Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(content, bytes);
            sha = new Sha256Digest(bytes);
        }

        return new ContentDigest(content.Length, XxHash128.HashToUInt128(content), sha);
    }

    private void AppendXxHash(ReadOnlySpan<byte> piece)
    {
        _length += piece.Length;
        (_xxHash ??= Interlocked.Exchange(ref _spareXxHash, null) ?? new XxHash128()).Append(piece);
    }

    private Sha256Digest Finish(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        _shaFinished = true;
        return new Sha256Digest(bytes);
    }
}
