using ImageStorage.AzureBlob;
using ImageStorage.FileSystem;
using ImageStorage.LiteDb;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Configuration.Tests;

/// <summary>
/// Every option of every provider, layer and feature can be set by configuration: absent, present, empty, null and wrong. The options are found by reflection, so that a
/// new one without a setting fails here.
/// </summary>
public sealed class EveryOptionTests
{
    private static IEnumerable<TestCaseData> Options() =>
        OptionsSection.All.SelectMany(section => section.Settings.Select(setting => new TestCaseData(section, setting.Path).SetArgDisplayNames(section.Type.Name, setting.Path)));

    private static IEnumerable<OptionsSection> Sections() => OptionsSection.All;

    [OneTimeTearDown]
    public void Clean()
    {
        if (Directory.Exists(Sample.CacheFolder))
        {
            Directory.Delete(Sample.CacheFolder, recursive: true);
        }
    }

    [Test]
    public void Every_type_of_options_has_a_section()
    {
        var assemblies = new[] { typeof(IImageStorage).Assembly, typeof(FileSystemImageProvider).Assembly, typeof(LiteDbImageProvider).Assembly, typeof(AzureBlobImageProvider).Assembly };
        var settable = assemblies.SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetProperties().Any(IsSettable));
        var covered = OptionsSection.All.SelectMany(section => section.Settings.SelectMany(setting => setting.Properties).Select(property => property.DeclaringType!)).ToHashSet();

        Assert.That(settable.Where(type => !covered.Contains(type)), Is.Empty);

        // Options of one call are records that cannot be changed, and no configuration.
        static bool IsSettable(System.Reflection.PropertyInfo property) =>
            property.SetMethod is { IsPublic: true } set && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit));
    }

    [TestCaseSource(nameof(Sections))]
    public void Absent_settings_leave_the_defaults(OptionsSection section)
    {
        using var services = Store.Build(section.Store);

        Assert.That(Store.FailuresOf(services), Is.Null);
        var (options, defaults) = (section.Read(services, Store.Name), Activator.CreateInstance(section.Type)!);
        foreach (var (path, properties) in section.Settings.Where(setting => !section.Store.ContainsKey(Key(section, setting.Path))))
        {
            Assert.That(Get(options, properties), Is.EqualTo(Get(defaults, properties)), path);
        }
    }

    [TestCaseSource(nameof(Options))]
    public void Present_setting_sets_the_option(OptionsSection section, string path)
    {
        var (sample, properties) = SampleOf(section, path);
        using var services = Build(section, path, sample, sample.Text);

        Assert.That(Store.FailuresOf(services), Is.Null);
        Assert.That(sample.Matches(Get(section.Read(services, Store.Name), properties)), Is.True, $"{path} is {Get(section.Read(services, Store.Name), properties)}");
    }

    [TestCaseSource(nameof(Options))]
    public void Empty_setting_is_refused_by_name(OptionsSection section, string path)
    {
        var (sample, properties) = SampleOf(section, path);
        using var services = Build(section, path, sample with { Key = "" }, "");

        var failures = Store.FailuresOf(services);

        if (sample.EmptyIsValid)
        {
            Assert.That((failures, Get(section.Read(services, Store.Name), properties)), Is.EqualTo((default(string), "")));
        }
        else
        {
            AssertLocated(failures, section, path);
        }
    }

    [TestCaseSource(nameof(Options))]
    public void Null_is_the_value_null_or_refused_by_name(OptionsSection section, string path)
    {
        var (sample, properties) = SampleOf(section, path);
        using var services = Build(section, path, sample with { Key = "" }, null);

        if (Store.FailuresOf(services) is { } failures)
        {
            AssertLocated(failures, section, path);
        }
        else
        {
            Assert.That(Get(section.Read(services, Store.Name), properties), Is.Null);
        }
    }

    [TestCaseSource(nameof(Options))]
    public void Wrong_setting_is_refused_with_its_name_its_value_and_the_remedy(OptionsSection section, string path)
    {
        var sample = SampleOf(section, path).Sample;
        foreach (var wrong in sample.Wrong)
        {
            using var services = Build(section, path, sample, wrong);

            AssertLocated(Store.FailuresOf(services), section, path);
            Assert.That(Store.FailuresOf(services), Does.Contain("set it to").Or.Contain("use ").Or.Contain("write ").Or.Contain("Set it to").Or.Contain("remove it"), wrong);
        }
    }

    // "Lease": { "Seconds": 5 }, or a list of one.
    [TestCaseSource(nameof(Options))]
    public void Section_in_the_place_of_a_value_and_value_in_the_place_of_a_list_are_refused(OptionsSection section, string path)
    {
        var sample = SampleOf(section, path).Sample;
        using var services = Build(section, path, sample with { Key = sample.Key.Length > 0 ? "" : ":Seconds" }, sample.Text);

        AssertLocated(Store.FailuresOf(services), section, path);
    }

    [TestCaseSource(nameof(Options))]
    public void Misspelt_setting_is_refused_with_the_name_that_was_meant(OptionsSection section, string path)
    {
        var sample = SampleOf(section, path).Sample;
        using var services = Store.Build(new Dictionary<string, string?>(section.Store) { [Key(section, path)[..^1] + sample.Key] = sample.Text });

        var name = path[(path.LastIndexOf(':') + 1)..];
        Assert.That(Store.FailuresOf(services), Does.Contain($"'{Store.Root}:{Key(section, path)[..^1]}' is not known").And.Contain($"did you mean '{name}'").And.Contain("The image store 'avatars'"));
    }

    [TestCaseSource(nameof(Sections))]
    public void Unknown_setting_is_refused_with_all_known_names_at_every_level(OptionsSection section)
    {
        foreach (var nested in section.Sections)
        {
            var known = section.Settings.Select(setting => setting.Path).Where(path => path.Length > nested.Length && path.StartsWith(nested, StringComparison.Ordinal))
                .Select(path => path[(nested.Length == 0 ? 0 : nested.Length + 1)..].Split(':')[0]).Distinct();
            using var services = Store.Build(new Dictionary<string, string?>(section.Store) { [Key(section, nested.Length == 0 ? "Xyzzy" : $"{nested}:Xyzzy")] = "plugh" });

            var failures = Store.FailuresOf(services);

            Assert.That(failures, Does.Contain("Xyzzy' is not known"));
            foreach (var name in known)
            {
                Assert.That(failures, Does.Contain(name));
            }
        }
    }

    private static void AssertLocated(string? failures, OptionsSection section, string path)
    {
        var name = path[(path.LastIndexOf(':') + 1)..];
        Assert.That(failures, Is.Not.Null, "It is accepted.");
        Assert.That(failures, Does.Contain("The image store 'avatars', section 'ImageStorage:Avatars").And.Contain(name));
        Assert.That(failures, Does.Contain($"'ImageStorage:Avatars:{Key(section, path)}").Or.Contain($"{path.Replace(':', '.')} ").Or.Contain("set one of ConnectionString, ServiceUri"), "It names the setting.");
    }

    private static ServiceProvider Build(OptionsSection section, string path, Sample sample, string? text)
    {
        var settings = new Dictionary<string, string?>(section.Store) { [Key(section, path) + sample.Key] = text };
        if (sample.Key.Length > 0)
        {
            settings.Remove(Key(section, path));
        }

        if (sample.Without is { } other)
        {
            settings.Remove(Key(section, other));
        }

        return Store.Build(settings);
    }

    private static string Key(OptionsSection section, string path) => section.Path.Length == 0 ? path : $"{section.Path}:{path}";

    private static (Sample Sample, IReadOnlyList<System.Reflection.PropertyInfo> Properties) SampleOf(OptionsSection section, string path)
    {
        var properties = section.Settings.Single(setting => setting.Path == path).Properties;
        return (Sample.Of(section, path, properties[^1], Get(Activator.CreateInstance(section.Type)!, properties)), properties);
    }

    private static object? Get(object options, IReadOnlyList<System.Reflection.PropertyInfo> properties) => properties.Aggregate((object?)options, (value, property) => property.GetValue(value));
}
