using System.Collections.Concurrent;

namespace ImageStorage.Mirroring;

/// <summary>The writes of this process that are under way: their notes are not to be taken away.</summary>
internal sealed class MirrorWrites(bool isShared, TimeProvider clock)
{
    private readonly string _owner = Guid.NewGuid().ToString("N");
    private readonly ConcurrentDictionary<string, bool> _underWay = new(StringComparer.Ordinal);

    public MirrorNote Begin(ImageKey key)
    {
        var note = new MirrorNote { Key = key, Id = Guid.CreateVersion7().ToString("N"), Owner = _owner, At = clock.GetUtcNow(), IsOpen = true };
        _underWay[note.Id] = true;
        return note;
    }

    public void End(MirrorNote note) => _underWay.TryRemove(note.Id, out _);

    /// <summary>Can the write of this note have no effect any more? Of another process's it is known only after a while, unless there can be no other process.</summary>
    public bool HasEnded(MirrorNote note) =>
        !note.IsOpen || (note.Owner == _owner || !isShared ? !_underWay.ContainsKey(note.Id) : clock.GetUtcNow() - note.At > MirrorNote.Grace);
}
