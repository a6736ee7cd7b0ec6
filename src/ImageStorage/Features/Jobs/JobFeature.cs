using ImageStorage.Coordination.Jobs;
using ImageStorage.Diagnostics.Alerts;
using ImageStorage.Providers;
using ImageStorage.Store.Composition;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Jobs;

/// <summary>Registers the jobs of a store.</summary>
internal sealed class JobFeature : IStoreFeature
{
    public void AddServices(ImageStorageBuilder builder)
    {
        var (services, name) = (builder.Services, builder.Name);
        services.TryAddKeyedSingleton(name, (provider, _) => CreateRunner(provider, name));
        services.AddKeyedSingleton<IConditionSource>(name, (provider, _) => provider.GetRequiredKeyedService<JobRunner>(name));
        services.TryAddKeyedSingleton<IStorageJobs>(name, (provider, _) => new StorageJobs(provider.GetRequiredKeyedService<JobRunner>(name)));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageJobs>(name));
        }
    }

    private static JobRunner CreateRunner(IServiceProvider services, string name)
    {
        var store = services.GetRequiredKeyedService<IImageProvider>(name);

        // Documents are on the primary. A mirror says that one process opens it if that is true of either replica, and
        // yet two processes can meet on the primary.
        var documents = store.GetAbility<IPrimaryRoute>()?.Primary ?? store;
        var isShared = documents.Capabilities.MultiProcess || store.GetAbility<IStorageMirror>() is not null;
        return new JobRunner(
            documents.Documents,
            isShared,
            services.GetKeyedService<JobOptions>(name) ?? new JobOptions(),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Jobs"));
    }
}
