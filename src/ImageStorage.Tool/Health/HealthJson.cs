using System.Text.Json;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Health;

/// <summary>Writes a health report as JSON.</summary>
internal static class HealthJson
{
    public static void Write(Utf8JsonWriter json, StorageHealthReport report, StorageCapabilities capabilities)
    {
        json.WriteStartObject();
        json.WriteString("state", HealthNames.Of(report.State));
        json.WriteString("failover", report.Failover is { } failover ? HealthNames.Of(failover) : null);
        json.WriteStartArray("providers");
        foreach (var provider in report.Providers)
        {
            Write(json, provider);
        }

        json.WriteEndArray();
        json.WriteStartArray("warnings");
        foreach (var warning in report.Warnings)
        {
            json.WriteStringValue(Advice.ForTool(warning));
        }

        json.WriteEndArray();
        json.WriteStartObject("capabilities");
        Write(json, capabilities);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StorageCapabilities capabilities)
    {
        json.WriteNumber("maxLength", capabilities.MaxLength);
        json.WriteBoolean("batch", capabilities.Batch);
        json.WriteBoolean("streaming", capabilities.Streaming);
        json.WriteBoolean("recoding", capabilities.Recoding);
        json.WriteBoolean("encryption", capabilities.Encryption);
        json.WriteBoolean("signedUrls", capabilities.SignedUrls);
        json.WriteString("transactions", HealthNames.Of(capabilities.Transactions));
        json.WriteBoolean("multiProcess", capabilities.Provider.MultiProcess);
        json.WriteBoolean("durable", capabilities.Provider.Durable);
    }

    private static void Write(Utf8JsonWriter json, ProviderHealth provider)
    {
        json.WriteStartObject();
        json.WriteString("name", provider.Name);
        json.WriteString("role", HealthNames.Of(provider.Role));
        if (provider.IsReachable is { } reachable)
        {
            json.WriteBoolean("reachable", reachable);
        }
        else
        {
            json.WriteNull("reachable");
        }

        json.WriteString("failure", provider.Failure is { } failure ? Advice.ForTool(failure) : null);
        json.WriteString("breaker", provider.Breaker is { } breaker ? HealthNames.Of(breaker) : null);
        if (provider.Hints is { } hints)
        {
            json.WriteNumber("hints", hints);
        }
        else
        {
            json.WriteNull("hints");
        }

        json.WriteEndObject();
    }
}
