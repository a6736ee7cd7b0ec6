using ImageStorage.CrashHarness.Tracing;
using ImageStorage.Providers;

namespace ImageStorage.CrashHarness.Stores;

/// <summary>A kind of store that the campaigns can work on. A new provider is one more class like this and one line in <see cref="StoreKinds"/>.</summary>
internal abstract class StoreKind
{
    /// <summary>What stands before the colon of a store URI.</summary>
    public abstract string Scheme { get; }

    /// <summary>Where a store that lives in a folder of its own lies: what stands behind the colon.</summary>
    public abstract string LocationIn(string folder);

    /// <summary>Chooses the provider.</summary>
    public abstract void Use(ImageStorageBuilder builder, string location);

    /// <summary>
    /// Looks at a store that was opened for writing and closed in order after a crash, and names what should have been
    /// reclaimed by that and was not.
    /// </summary>
    public abstract IEnumerable<string> LeftBehind(string location);

    /// <summary>Is this the system call that makes an act visible? A save that fails behind it may not take itself back.</summary>
    public abstract bool IsCommit(SystemCall call, string location);

    /// <summary>May an act be acknowledged though this flush failed during it, because the act did not rely on it?</summary>
    /// <param name="flush">The flush that failed.</param>
    /// <param name="calls">The calls around it.</param>
    /// <param name="location">Where the store lies.</param>
    public virtual bool IsNoFlushOfAct(SystemCall flush, ActCalls calls, string location) => false;

    /// <summary>Is this the flush that follows the writing of a document, and of nothing else, for which it was made?</summary>
    /// <param name="flush">The flush that failed.</param>
    /// <param name="document">The name of the document.</param>
    /// <param name="calls">The calls around it.</param>
    /// <param name="location">Where the store lies.</param>
    public virtual bool IsFlushBehindDocument(SystemCall flush, DocumentName document, ActCalls calls, string location) => false;

    /// <summary>The store URI of a store that lives in a folder of its own.</summary>
    public string UriIn(string folder) => $"{Scheme}:{LocationIn(folder)}";
}
