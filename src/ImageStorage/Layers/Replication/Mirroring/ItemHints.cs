using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>All hints of one image or document at one time.</summary>
/// <param name="OnPrimary">Writes that the primary took alone.</param>
/// <param name="OnMirror">Writes that the mirror took alone.</param>
/// <param name="InDoubt">Writes that the mirror may have missed.</param>
/// <param name="Unreadable">Hints that cannot be read, with their replica.</param>
internal sealed record ItemHints(List<MirrorHint> OnPrimary, List<MirrorHint> OnMirror, List<(MirrorReplica Replica, MirrorHint Hint)> InDoubt, List<(MirrorReplica Replica, DocumentName Name)> Unreadable)
{
    /// <summary>Gets a value that indicates whether no hint exists.</summary>
    public bool IsEmpty => OnPrimary.Count + OnMirror.Count + InDoubt.Count + Unreadable.Count == 0;
}
