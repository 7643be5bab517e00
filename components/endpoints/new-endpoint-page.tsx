"use client";
import { useRouter } from "next/navigation";
import { EndpointFormView } from "./endpoint-form-view.tsx";
import { InspectionNotes } from "./inspection-notes.tsx";
import { UrlForm } from "@/components/landing/url-form.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { useToast } from "@/components/ui/toast.tsx";
import { formFromInspection } from "@/lib/query/endpoint-form.ts";
import { useCreateEndpoint } from "@/lib/query/use-endpoints.ts";
import { useInspect } from "@/lib/query/use-inspect.ts";

/** First a look at the URL, then the form with everything that could be found out. */
export function NewEndpointPage() {
  const router = useRouter();
  const inspect = useInspect();
  const create = useCreateEndpoint();
  const toast = useToast();
  const found = inspect.data;
  return (
    <>
      <PageHeader title="New endpoint" description="Paste the URL that you want to be paid for." />
      <div className="max-w-3xl space-y-6">
        <UrlForm
          initialUrl=""
          autoFocus
          busy={inspect.isPending}
          error={inspect.error}
          onSubmit={(url) => inspect.mutate(url)}
        />
        {found && (
          <>
            <Panel>
              <InspectionNotes found={found} />
            </Panel>
            <EndpointFormView
              key={found.url}
              initial={formFromInspection(found)}
              showSlug
              seen={found.sample}
              submitLabel="Create endpoint"
              busy={create.isPending}
              error={create.error}
              onSubmit={(input) =>
                create.mutate(input, {
                  onSuccess: (endpoint) => {
                    toast({ text: `${endpoint.title} can be paid now.` });
                    router.push(`/app/endpoints/${endpoint.id}?tab=share`);
                  },
                })
              }
            />
          </>
        )}
      </div>
    </>
  );
}
