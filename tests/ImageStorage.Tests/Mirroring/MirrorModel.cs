using ImageStorage.Mirroring;
using ImageStorage.Tests.Models;

namespace ImageStorage.Tests.Mirroring;

/// <summary>The expected behavior of a mirrored store under any failure. Its replicas are in sync afterwards.</summary>
internal sealed class MirrorModel
{
    private readonly MirrorPair _pair;
    private readonly ModelFaults _faults;
    private readonly ImageModel _images;

    public MirrorModel(MirrorPair pair)
    {
        (_pair, _faults) = (pair, new ModelFaults([pair.Primary.Medium, pair.Mirror.Medium]));
        _images = new ImageModel(() => pair.Storage, pair.Restart)
        {
            MayBeDamaged = () => _faults.AreAny,

            // An image with an interrupted write is listed as the mirror has it: docs/design/mirroring.md.
            IsListedAsync = async key => (await new MirrorHints(pair.Mirror.Store.Documents).ListInDoubtAsync(new MirrorImage(key), default)).Count == 0,
        };
    }

    public async Task RunAsync(IEnumerable<ModelStep> steps)
    {
        foreach (var step in steps)
        {
            _pair.Clock.Advance(TimeSpan.FromMilliseconds(step.Fault % 5));
            _faults.Set(step.Fault);
            await StepAsync(step);

            // Repairs run in the background of reads. Here they are part of the step, so that a sequence is deterministic.
            await _images.TryAsync(() => _pair.Provider.WaitForRepairsAsync());
        }

        await SettleAsync();
    }

    /// <summary>Both replicas come back, and all is brought to the primary: nothing is lost, and the primary alone says the same.</summary>
    private async Task SettleAsync()
    {
        _faults.Clear();
        await _images.ReadAllAsync();
        await _pair.Provider.WaitForRepairsAsync();
        await _pair.Provider.ReconcileAsync();
        var status = await _pair.Provider.GetStatusAsync();
        Assert.That(status, Is.EqualTo(new FailoverStatus { State = FailoverState.Healthy, Primary = "First", Fallbacks = [new FallbackStatus { Name = "Second", Hints = 0 }] }), "After a reconciliation with both replicas up.");
        await _images.ReadAllAsync();
        foreach (var key in ImageModel.Keys)
        {
            Assert.That(await _pair.Primary.Store.GetInfoAsync(key) is null, Is.EqualTo(!_images.Exists(key)), $"'{key}' on the primary alone, after the reconciliation.");
        }

        await _pair.AssertEqualAsync();
        await _images.ListAsync();
        await _images.CheckCountAsync();
    }

    private Task StepAsync(ModelStep step)
    {
        if (_faults.TryApply(step.Act))
        {
            return Task.CompletedTask;
        }

        var key = ImageModel.Keys[step.Choice];
        switch (step.Act)
        {
            case ModelAct.Restart:
                _pair.Restart();
                return Task.CompletedTask;
            case ModelAct.Reconcile:
                return _images.TryAsync(() => _pair.Provider.ReconcileAsync());
            case ModelAct.Resync:
                return _images.TryAsync(() => _pair.Provider.ResyncAsync());
            case ModelAct.DamagePrimary:
                return DamageAsync(key, _pair.Primary, _pair.Mirror);
            case ModelAct.DamageSecond:
                return DamageAsync(key, _pair.Mirror, _pair.Primary);
            default:
                return _images.StepAsync(step.Act, key);
        }
    }

    /// <summary>
    /// Damages an image that the other replica has, too: no mirror can repair damage to the only copy.
    /// </summary>
    private static async Task DamageAsync(ImageKey key, MirrorTestReplica replica, MirrorTestReplica other)
    {
        if (await replica.Store.GetInfoAsync(key) is { } info && !other.IsDamaged(key) && await other.Store.GetInfoAsync(key) == info)
        {
            replica.Damage(key);
        }
    }
}
