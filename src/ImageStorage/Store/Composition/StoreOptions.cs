using ImageStorage.Providers;
using ImageStorage.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Store.Composition;

/// <summary>
/// Registers, binds and validates all options. Options have the name of their store or part. The sources of options are
/// the configuration, the <c>Use…</c> and <c>With…</c> methods, and <c>Configure</c> and <c>PostConfigure</c> of the
/// application, in the usual order of .NET. Options are validated together with the store, when the host starts or the
/// store is first resolved.
/// </summary>
internal static class StoreOptions
{
    /// <summary>Returns named options.</summary>
    /// <exception cref="OptionsValidationException">The options are not valid.</exception>
    public static T OptionsOf<T>(this IServiceProvider services, string name)
        where T : class, new() => services.GetRequiredService<IOptionsMonitor<T>>().Get(name);

    /// <summary>
    /// Adds the options of a feature to a store or part, bound to the section of the feature. Further calls only add
    /// <paramref name="configure"/>.
    /// </summary>
    public static void AddOptions<T>(this ImageStorageBuilder builder, OptionsSection<T> feature, Action<T>? configure)
        where T : class, new()
    {
        var part = builder.Registration;
        if (part.OptionsTypes.Add(typeof(T)))
        {
            IConfiguration? SectionOf(string name) => name == part.OptionsName && part.IsRoot && part.Configuration is { } configuration && SettingsReader.Has(configuration, feature.Name) ? configuration.GetSection(feature.Name) : null;
            builder.Services.Bind(SectionOf, feature.Read);
            builder.AddOptions(feature.Validator, null, () => (SectionOf(part.OptionsName) as IConfigurationSection)?.Path);
        }

        Configure(builder, configure);
    }

    /// <summary>Adds options without a section to a store or part, such as those of a provider by code.</summary>
    public static void AddOptions<T>(this ImageStorageBuilder builder, IValidateOptions<T>? validator, Action<T>? configure, Func<string?>? section = null)
        where T : class, new()
    {
        var part = builder.Registration;
        builder.Services.AddValidator(validator);
        part.Checks.Add((services, failures) => services.CheckOptions<T>(part.OptionsName, part.Described, section?.Invoke(), failures));
        Configure(builder, configure);
    }

    /// <summary>Binds options to the section that a function finds for their name.</summary>
    public static void Bind<T>(this IServiceCollection services, Func<string, IConfiguration?> find, Action<SettingsReader, T> read)
        where T : class, new()
    {
        var binding = new SettingsBinding<T>(find, read);
        services.AddOptions();
        services.AddSingleton<IConfigureOptions<T>>(binding);
        services.AddSingleton<IValidateOptions<T>>(binding);
    }

    /// <summary>Registers a validator once.</summary>
    public static void AddValidator<T>(this IServiceCollection services, IValidateOptions<T>? validator)
        where T : class
    {
        services.AddOptions();
        if (validator is not null && !services.Any(service => service.ServiceType == typeof(IValidateOptions<T>) && service.ImplementationInstance?.GetType() == validator.GetType()))
        {
            services.AddSingleton(validator);
        }
    }

    /// <summary>Creates the options and reports their failures.</summary>
    public static void CheckOptions<T>(this IServiceProvider services, string name, string described, string? section, List<string> failures)
        where T : class, new()
    {
        try
        {
            services.OptionsOf<T>(name);
        }
        catch (OptionsValidationException exception)
        {
            failures.AddRange(exception.Failures.Select(failure => Located(described, section, failure)));
        }
    }

    /// <summary>Returns a failure with its store or part and its section.</summary>
    public static string Located(string described, string? section, string failure) => string.IsNullOrEmpty(section) ? $"{described}: {failure}" : $"{described}, section '{section}': {failure}";

    private static void Configure<T>(ImageStorageBuilder builder, Action<T>? configure)
        where T : class
    {
        if (configure is not null)
        {
            builder.Services.Configure(builder.Registration.OptionsName, configure);
        }
    }
}
