using ImageStorage.Testing;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Models;

/// <summary>What fails while a random sequence runs.</summary>
/// <param name="sides">The sides, the primary first.</param>
internal sealed class ModelFaults(IReadOnlyList<Side> sides)
{
    private readonly bool[] _isDown = new bool[sides.Count];
    private bool _hasFault;

    /// <summary>Can it be that a side does not answer?</summary>
    public bool AreAny => _hasFault || _isDown.Contains(true);

    /// <summary>From now on nothing fails.</summary>
    public void Clear()
    {
        Array.Clear(_isDown);
        Set(0);
    }

    /// <summary>Lets a side go down or come back, if that is the act.</summary>
    public bool TryApply(ModelAct act)
    {
        int? side = act switch
        {
            ModelAct.PrimaryDown or ModelAct.PrimaryUp => 0,
            ModelAct.SecondDown or ModelAct.SecondUp => 1,
            ModelAct.LastDown or ModelAct.LastUp => sides.Count - 1,
            _ => null,
        };
        if (side is { } index)
        {
            _isDown[index] = act is ModelAct.PrimaryDown or ModelAct.SecondDown or ModelAct.LastDown;
        }

        return side is not null;
    }

    /// <summary>A side that is down fails every call; besides, the n-th call of one side fails once, and with it the process may lose what it knew.</summary>
    public void Set(int fault)
    {
        var count = sides.Count;
        var remaining = fault / count / 4;
        var after = fault / count % 2 == 0;
        var crashes = fault / count / 2 % 2 == 0;
        _hasFault = fault > 0;
        for (var i = 0; i < count; i++)
        {
            var (side, index) = (sides[i], i);
            side.Fault = call => _isDown[index] ? (call.HasTakenEffect ? null : side.Failure()) : fault > 0 && index == fault % count ? Once(call, side) : null;
        }

        Exception? Once(ProviderCall call, Side side) =>
            call.HasTakenEffect != after || remaining-- != 0 ? null : crashes ? new ProcessEndedException() : side.Failure();
    }
}
