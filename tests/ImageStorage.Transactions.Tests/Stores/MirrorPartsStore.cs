using System.Runtime.CompilerServices;
using ImageStorage.Providers;
using ImageStorage.Transactions.Tests.Running;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>A mirror of two folders whose replicas are observed: a moment is a call of a replica.</summary>
public sealed class MirrorPartsStore : MirrorFoldersStore
{
    internal override IImageProvider Open(TimeProvider clock, Action<CallMoment> observe)
    {
        var moments = new StrongBox<int>();
        return OpenMirror(new ObservedProvider(OpenPart("primary", clock), observe, moments), new ObservedProvider(OpenPart("mirror", clock), observe, moments, "mirror "), clock);
    }
}
