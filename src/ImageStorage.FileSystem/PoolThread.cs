using System.Runtime.CompilerServices;

namespace ImageStorage.FileSystem;

/// <summary>
/// <c>await PoolThread.Switch()</c> goes on on a thread of the pool: file calls block, and the thread that called must
/// not. One hand-over an operation is cheaper than asynchronous file calls, which would hand over each read and write.
/// </summary>
internal static class PoolThread
{
    public static ConfiguredTaskAwaitable Switch() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}
