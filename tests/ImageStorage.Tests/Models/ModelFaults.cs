using ImageStorage.Testing;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Models;

/// <summary>Injects the faults of a random sequence.</summary>
/// <param name="parts">The parts, the primary first.</param>
internal sealed class ModelFaults(IReadOnlyList<TestPart> parts)
{
    private readonly bool[] _isDown = new bool[parts.Count];
    private bool _hasFault;

    /// <summary>Gets a value that indicates whether a part may be unavailable.</summary>
    public bool AreAny => _hasFault || _isDown.Contains(true);

    /// <summary>Ends all faults.</summary>
    public void Clear()
    {
        Array.Clear(_isDown);
        Set(0);
    }

    /// <summary>Makes a part unavailable or available again, if the operation says so.</summary>
    public bool TryApply(ModelAct act)
    {
        int? part = act switch
        {
            ModelAct.PrimaryDown or ModelAct.PrimaryUp => 0,
            ModelAct.SecondDown or ModelAct.SecondUp => 1,
            ModelAct.LastDown or ModelAct.LastUp => parts.Count - 1,
            _ => null,
        };
        if (part is { } index)
        {
            _isDown[index] = act is ModelAct.PrimaryDown or ModelAct.SecondDown or ModelAct.LastDown;
        }

        return part is not null;
    }

    /// <summary>
    /// Sets the fault of the next step. An unavailable part fails every call. In addition, the n-th call of a part fails
    /// once, and may end the process.
    /// </summary>
    public void Set(int fault)
    {
        var count = parts.Count;
        var remaining = fault / count / 4;
        var after = fault / count % 2 == 0;
        var crashes = fault / count / 2 % 2 == 0;
        _hasFault = fault > 0;
        for (var i = 0; i < count; i++)
        {
            var (part, index) = (parts[i], i);
            part.Fault = call => _isDown[index] ? (call.HasTakenEffect ? null : part.Failure()) : fault > 0 && index == fault % count ? Once(call, part) : null;
        }

        Exception? Once(ProviderCall call, TestPart part) =>
            call.HasTakenEffect != after || remaining-- != 0 ? null : crashes ? new ProcessEndedException() : part.Failure();
    }
}
