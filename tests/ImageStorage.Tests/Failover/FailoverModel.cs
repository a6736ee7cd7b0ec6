using ImageStorage.Tests.Models;

namespace ImageStorage.Tests.Failover;

/// <summary>What a store with fallbacks must return, whatever fails, and what must be left on its providers.</summary>
internal sealed class FailoverModel(Pair pair)
{
    public const int LargeLength = 300;

    private readonly ModelFaults _faults = new(pair.Parts);

    private readonly ImageModel _images = new(() => pair.Storage, pair.Restart)
    {
        LargeLength = LargeLength,
    };

    public async Task RunAsync(IEnumerable<ModelStep> steps)
    {
        foreach (var step in steps)
        {
            pair.Clock.Advance(TimeSpan.FromMilliseconds(step.Fault % 5));
            _faults.Set(step.Fault);
            await StepAsync(step);
        }

        await ReplayAllAsync();
    }

    /// <summary>All providers come back, and all hints are replayed: nothing is lost, and the primary alone has the result.</summary>
    private async Task ReplayAllAsync()
    {
        _faults.Clear();
        await _images.ReadAllAsync();
        await pair.Provider.ReconcileAsync();
        var status = await pair.Provider.GetStatusAsync();
        Assert.That(status.Hints, Is.Zero, "Something still waits after a reconciliation with all parts up.");
        await _images.ReadAllAsync();
        foreach (var key in ImageModel.Keys)
        {
            await using var image = await pair.Primary.Store.OpenReadAsync(key);
            Assert.That(image is null, Is.EqualTo(!_images.Exists(key)), $"'{key}' on the primary alone, after the reconciliation.");
        }

        await _images.ListAsync();
        await _images.CheckCountAsync();
        await FindNothingLeftAsync();
    }

    /// <summary>What crashes left is swept: the fallbacks have no payload and no hint.</summary>
    private async Task FindNothingLeftAsync()
    {
        pair.Clock.Advance(TimeSpan.FromHours(25));
        await pair.Provider.ReconcileAsync();
        var left = new List<string>();
        foreach (var part in pair.Parts.Skip(1))
        {
            left.AddRange(await part.KeysAsync());
            Assert.That(await part.Store.Documents.ListAsync("failover/"), Is.Empty, $"Documents were left on {part.Name}.");
        }

        Assert.That(left, Is.Empty, "Bytes were left that nothing names.");
        await _images.ReadAllAsync();
    }

    private Task StepAsync(ModelStep step)
    {
        if (_faults.TryApply(step.Act))
        {
            return Task.CompletedTask;
        }

        switch (step.Act)
        {
            case ModelAct.Restart:
                pair.Restart();
                return Task.CompletedTask;
            case ModelAct.Reconcile:
                return _images.TryAsync(() => pair.Provider.ReconcileAsync());
            default:
                return _images.StepAsync(step.Act, ImageModel.Keys[step.Choice]);
        }
    }
}
