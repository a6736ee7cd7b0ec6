using System.Runtime.CompilerServices;
using ImageStorage.Providers;
using ImageStorage.Transactions.Tests.Running;

namespace ImageStorage.Transactions.Tests.Stores;

/// <summary>A hybrid of two folders whose parts are observed: a moment is a call of a part.</summary>
public sealed class HybridPartsStore : HybridFoldersStore
{
    internal override IImageProvider Open(TimeProvider clock, Action<CallMoment> observe)
    {
        var moments = new StrongBox<int>();
        return OpenHybrid(new ObservedProvider(OpenPart("catalog", clock), observe, moments), new ObservedProvider(OpenPart("content", clock), observe, moments, "content "), clock);
    }
}
