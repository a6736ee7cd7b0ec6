using ImageStorage.Coordination.Jobs;
using ImageStorage.Diagnostics;
using ImageStorage.Diagnostics.Alerts;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Providers;
using ImageStorage.Store.Composition;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Analytics;

/// <summary>Registers the report, the alerts and the gauges of a store.</summary>
internal sealed class AnalyticsFeature : IStoreFeature
{
    public IReadOnlyList<string> Settings => [AlertSettings.Section.Name];

    public void AddServices(ImageStorageBuilder builder)
    {
        var (services, name) = (builder.Services, builder.Name);
        builder.AddOptions(AlertSettings.Section, null);
        services.TryAddKeyedSingleton(name, (provider, _) => CreateFigures(provider, name));
        services.TryAddKeyedSingleton(name, (provider, _) => new AlertBoard(RecorderOf(provider, name).Store, ClockOf(provider)));
        services.TryAddKeyedSingleton<IActiveAlerts>(name, (provider, _) => provider.GetRequiredKeyedService<AlertBoard>(name));
        services.TryAddKeyedSingleton<IStorageAnalytics>(name, (provider, _) => new StorageAnalytics(
            provider.GetRequiredKeyedService<StoreFigures>(name), provider.GetRequiredKeyedService<AlertBoard>(name)));
        services.TryAddKeyedSingleton(name, (provider, _) => CreateMonitor(provider, name));
        services.AddSingleton<IHostedService>(provider => new LateService(() => new MonitorService(provider, name)));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageAnalytics>(name));
        }
    }

    /// <summary>Changes the options of the alerts of a store.</summary>
    public static void Configure(ImageStorageBuilder builder, Action<AlertOptions> configure)
    {
        if (!builder.Registration.IsRoot)
        {
            throw new InvalidOperationException($"{builder.Registration.Described} is a part of a store, and alerts belong to the store: call WithAlerts on the store.");
        }

        builder.AddOptions(AlertSettings.Section, configure);
    }

    private static StoreFigures CreateFigures(IServiceProvider services, string name)
    {
        var parts = services.GetRequiredKeyedService<IStoreParts>(name);
        var cache = services.GetRequiredKeyedService<IImageProvider>(name).GetAbility<IImageCache>();
        return new StoreFigures(RecorderOf(services, name), () => parts.Parts, cache is null ? null : cache.GetStatistics);
    }

    private static StorageMonitor CreateMonitor(IServiceProvider services, string name)
    {
        var options = services.OptionsOf<AlertOptions>(name);
        var logger = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Alerts");
        IReadOnlyList<IAlertHandler> handlers =
        [
            .. name.Length == 0 ? services.GetServices<IAlertHandler>() : services.GetKeyedServices<IAlertHandler>(name),
            .. options.Targets.Select(target => new AlertPoster(target, ClockOf(services), logger)),
        ];
        var queue = new StorageEventQueue(() => [.. handlers.Select(handler => new AlertListener(handler))], handlers.Count > 0, logger, ClockOf(services));
        return new StorageMonitor(new MonitorComponents(
            services.GetRequiredKeyedService<StoreFigures>(name),
            services.GetRequiredKeyedService<AlertBoard>(name),
            options,
            [.. options.Rules.Select(create => create(services))],
            [.. services.GetKeyedServices<IConditionSource>(name)],
            () => services.GetRequiredKeyedService<IImageProvider>(name).GetAbility<IStorageFailover>(),
            services.GetRequiredKeyedService<IStorageEventSink>(name),
            queue,
            ClockOf(services),
            logger)
        {
            Posters = [.. handlers.OfType<AlertPoster>()],
        });
    }

    private static OperationRecorder RecorderOf(IServiceProvider services, string name) => services.GetRequiredKeyedService<OperationRecorder>(name);

    private static TimeProvider ClockOf(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;

    /// <summary>Runs the monitor while the host runs, and shows the gauges.</summary>
    private sealed class MonitorService(IServiceProvider services, string name) : IHostedService
    {
        private readonly StorageMonitor _monitor = services.GetRequiredKeyedService<StorageMonitor>(name);
        private readonly StorageInstruments _instruments = services.GetRequiredService<StorageInstruments>();
        private readonly StorageGauges _gauges = new(
            services.GetRequiredKeyedService<StoreFigures>(name), services.GetRequiredKeyedService<AlertBoard>(name), services.GetRequiredKeyedService<JobRunner>(name));

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _instruments.Add(_gauges);
            _monitor.Start();
            return Task.CompletedTask;
        }

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            _instruments.Remove(_gauges);
            await _monitor.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
