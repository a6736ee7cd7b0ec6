using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>All notes of one image at one time.</summary>
/// <param name="OnPrimary">Writes that the primary took alone.</param>
/// <param name="OnMirror">Writes that the mirror took alone.</param>
/// <param name="Doubts">Writes that the mirror may have missed.</param>
/// <param name="Unreadable">Notes that cannot be read, and where they are.</param>
internal sealed record NotesOfImage(List<MirrorNote> OnPrimary, List<MirrorNote> OnMirror, List<(MirrorSide Side, MirrorNote Note)> Doubts, List<(MirrorSide Side, DocumentName Name)> Unreadable)
{
    /// <summary>Is there nothing that tells the sides apart?</summary>
    public bool IsEmpty => OnPrimary.Count + OnMirror.Count + Doubts.Count + Unreadable.Count == 0;
}
