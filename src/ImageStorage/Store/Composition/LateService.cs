using Microsoft.Extensions.Hosting;

namespace ImageStorage.Store.Composition;

/// <summary>
/// A hosted service that is created when it starts. A host creates all of its services before it validates options, and
/// a service that resolves its store in between would end the start with the failures of that store alone.
/// </summary>
internal sealed class LateService(Func<IHostedService> create) : IHostedService, IDisposable
{
    private IHostedService? _service;

    public Task StartAsync(CancellationToken cancellationToken) => (_service = create()).StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _service?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose() => (_service as IDisposable)?.Dispose();
}
