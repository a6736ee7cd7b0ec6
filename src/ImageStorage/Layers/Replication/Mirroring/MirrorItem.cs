using System.Security.Cryptography;
using System.Text;

namespace ImageStorage.Mirroring;

/// <summary>
/// What both replicas have: an image or a document. The protocol is the same for both; an item knows how a replica
/// stores it.
/// </summary>
/// <param name="Key">The key of the image, or the name of the document.</param>
internal abstract record MirrorItem(ImageKey Key)
{
    /// <summary>Gets the key of the image; <see langword="null"/> for a document.</summary>
    public abstract ImageKey? Image { get; }

    /// <summary>Gets the part of the names of hints that identifies the item.</summary>
    public string HintHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(HashedText)));

    /// <summary>Gets the text that <see cref="HintHash"/> is made of. No image and document have the same text.</summary>
    protected abstract string HashedText { get; }

    /// <summary>Returns the version that a replica has, or the fact that the replica's version is damaged.</summary>
    public abstract Task<MirrorState> FindAsync(MirrorReplica replica, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the version of the leader to the follower, on condition that the follower has the version that the move
    /// replaces.
    /// </summary>
    /// <exception cref="ImageConflictException">A replica has another version by now.</exception>
    public abstract Task ApplyAsync(MirrorMove move, CancellationToken cancellationToken);

    /// <summary>Retains the version that loses a conflict on both replicas.</summary>
    /// <returns>The record of the retained image; <see langword="null"/> if the loser need not be retained as an
    /// image.</returns>
    public abstract Task<ImageInfo?> RetainReplacedAsync(MirrorMove move, CancellationToken cancellationToken);

    /// <summary>Returns the time that decides between versions that were written on both replicas.</summary>
    /// <param name="version">The version of a replica; <see langword="null"/> if the item was deleted there.</param>
    /// <param name="own">The hints of the replica.</param>
    public abstract DateTimeOffset TimeOf(MirrorVersion? version, List<MirrorHint> own);

    protected static DateTimeOffset TimeOf(List<MirrorHint> own) => own.Count == 0 ? default : own.Max(hint => hint.Time);
}
