using ImageStorage.CrashHarness.Tracing;
using ImageStorage.Providers;

namespace ImageStorage.CrashHarness.Stores;

/// <summary>
/// A kind of store for the campaigns. For a new provider add a class like this, and a line in <see cref="StoreKinds"/>.
/// </summary>
internal abstract class StoreKind
{
    /// <summary>Gets the scheme of the store URI.</summary>
    public abstract string Scheme { get; }

    /// <summary>Returns the location of a store in its own folder: the part of the URI after the colon.</summary>
    public abstract string LocationIn(string folder);

    /// <summary>Configures the provider.</summary>
    public abstract void Use(ImageStorageBuilder builder, string location);

    /// <summary>
    /// Checks a store that was opened for writing and closed in order after a crash. Returns the left-overs that should
    /// have been reclaimed.
    /// </summary>
    public abstract IEnumerable<string> LeftBehind(string location);

    /// <summary>
    /// Returns whether a system call makes an operation visible. A save that fails after this call must not be taken
    /// back.
    /// </summary>
    public abstract bool IsCommit(SystemCall call, string location);

    /// <summary>
    /// Returns whether an operation may be acknowledged although a flush failed during it, because the operation did
    /// not rely on the flush.
    /// </summary>
    /// <param name="flush">The failed flush.</param>
    /// <param name="calls">The calls of the operation and of the run.</param>
    /// <param name="location">The location of the store.</param>
    public virtual bool IsUnrelatedFlush(SystemCall flush, OperationCalls calls, string location) => false;

    /// <summary>Returns whether a flush follows the write of one document, and of nothing else.</summary>
    /// <param name="flush">The failed flush.</param>
    /// <param name="document">The name of the document.</param>
    /// <param name="calls">The calls of the operation and of the run.</param>
    /// <param name="location">The location of the store.</param>
    public virtual bool IsFlushAfterDocument(SystemCall flush, DocumentName document, OperationCalls calls, string location) => false;

    /// <summary>Returns the URI of a store in its own folder.</summary>
    public string UriIn(string folder) => $"{Scheme}:{LocationIn(folder)}";
}
