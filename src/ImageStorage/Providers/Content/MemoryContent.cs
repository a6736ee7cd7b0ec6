namespace ImageStorage.Providers;

/// <summary>
/// Content in memory of the caller. Pieces are hashed and written without a copy, so the bytes must not change until
/// the save has ended.
/// </summary>
internal sealed class MemoryContent : IntakeContent
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly ContentIdentity _identity;
    private ContentHasher _hasher;
    private int _headLength;
    private int _delivered;
    private long _lastHash;

    public MemoryContent(ImageKey key, ReadOnlyMemory<byte> bytes, long? declaredLength, long maxLength, ContentIdentity identity)
        : base(key, maxLength)
    {
        if (declaredLength is not null && declaredLength != bytes.Length)
        {
            throw OtherThanDeclared(bytes.Length, declaredLength);
        }

        (_bytes, _identity, _hasher) = (bytes, identity, new ContentHasher(identity));
    }

    public override long? Length => _bytes.Length;

    internal override TimeSpan? Waited => TimeSpan.Zero;

    public override bool Ended => _headLength == _bytes.Length;

    public override bool CanRewind => true;

    public override ValueTask<ReadOnlyMemory<byte>> ReadHeadAsync(int minimum, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_bytes.Length > MaxLength)
        {
            throw TooLong();
        }

        _headLength = Math.Min(_bytes.Length, Math.Max(minimum, PieceLength));
        return ValueTask.FromResult(_bytes[.._headLength]);
    }

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_bytes.Length > MaxLength)
        {
            throw TooLong();
        }

        if (_delivered == _bytes.Length)
        {
            return default;
        }

        var piece = _bytes.Slice(_delivered, Math.Min(PieceLength, _bytes.Length - _delivered));
        Inspector?.Inspect(piece.Span, isLast: _delivered + piece.Length == _bytes.Length);
        if (piece.Length == _bytes.Length)
        {
            _lastHash = _hasher.EnqueueAll(piece);
        }
        else
        {
            await _hasher.WaitAsync(_lastHash - ContentHasher.MaxPending + 1).ConfigureAwait(false);
            _lastHash = _hasher.Enqueue(piece);
        }

        _delivered += piece.Length;
        return piece;
    }

    public override async ValueTask RewindAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await ReleaseAsync().ConfigureAwait(false);
        Inspector?.Restart();
        (_hasher, _delivered, _lastHash) = (new ContentHasher(_identity), 0, 0);
    }

    public override ValueTask<ContentDigest> GetDigestAsync() => _delivered == _bytes.Length
        ? _hasher.GetDigestAsync()
        : throw new InvalidOperationException("The digest is known only after all bytes have been read.");

    public override ValueTask DisposeAsync()
    {
        Inspector?.Dispose();
        return ReleaseAsync();
    }

    private async ValueTask ReleaseAsync()
    {
        // The caller may reuse the memory when the save has ended, so the hasher must not read it any longer.
        await _hasher.WaitForAllAsync().ConfigureAwait(false);
        _hasher.Dispose();
    }
}
