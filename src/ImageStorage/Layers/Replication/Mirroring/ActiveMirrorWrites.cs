using System.Collections.Concurrent;
using ImageStorage.Replication;

namespace ImageStorage.Mirroring;

/// <summary>The writes of this process that are in progress. Their hints must not be removed.</summary>
internal sealed class ActiveMirrorWrites(bool isShared, TimeProvider clock)
{
    private readonly string _owner = Guid.NewGuid().ToString("N");
    private readonly ConcurrentDictionary<string, bool> _active = new(StringComparer.Ordinal);

    /// <summary>Begins a write.</summary>
    public MirrorHint Begin(MirrorItem item)
    {
        var hint = new MirrorHint { Format = HintContent.KnownFormat, Key = item.Key, IsDocument = item is MirrorDocument, Id = Guid.CreateVersion7().ToString("N"), Owner = _owner, Time = clock.GetUtcNow(), IsPending = true };
        _active[hint.Id] = true;
        return hint;
    }

    /// <summary>Ends a write.</summary>
    public void End(MirrorHint hint) => _active.TryRemove(hint.Id, out _);

    /// <summary>
    /// Returns whether the write of a hint can no longer have an effect. For a write of another process, this is known
    /// only after <see cref="MirrorHint.Grace"/>, unless no other process can exist.
    /// </summary>
    public bool HasEnded(MirrorHint hint) =>
        !hint.IsPending || (hint.Owner == _owner || !isShared ? !_active.ContainsKey(hint.Id) : clock.GetUtcNow() - hint.Time > MirrorHint.Grace);
}
