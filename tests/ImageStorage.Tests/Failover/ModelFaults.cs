namespace ImageStorage.Tests.Failover;

/// <summary>What fails while a random sequence runs.</summary>
internal sealed class ModelFaults(Pair pair)
{
    /// <summary>The sides that are down, the primary first.</summary>
    public bool[] IsDown { get; } = new bool[pair.Sides.Count];

    /// <summary>From now on nothing fails.</summary>
    public void Clear()
    {
        Array.Clear(IsDown);
        Set(0);
    }

    /// <summary>A side that is down fails every call; besides, the n-th call of one side fails once, and with it the process may lose what it knew.</summary>
    public void Set(int fault)
    {
        var count = pair.Sides.Count;
        var remaining = fault / count / 4;
        var after = fault / count % 2 == 0;
        var crashes = fault / count / 2 % 2 == 0;
        for (var i = 0; i < count; i++)
        {
            var (side, index) = (pair.Sides[i], i);
            side.Fault = call => IsDown[index] ? (call.HasTakenEffect ? null : side.Failure()) : fault > 0 && index == fault % count ? Once(call, side) : null;
        }

        Exception? Once(Testing.ProviderCall call, Side side) =>
            call.HasTakenEffect != after || remaining-- != 0 ? null : crashes ? new ProcessEndedException() : side.Failure();
    }
}
