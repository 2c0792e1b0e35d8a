"""The guide's four tasks for real Locust: what `lead-loadgen` does built in.

Run by `cargo xtask interop locust`; by hand:
    LEAD_API_KEY=... locust -f xtask/src/interop/locustfile.py --host http://127.0.0.1:8000
"""

import os
import random

from locust import FastHttpUser, between, task

COUNTS = [
    "subsidiary_count", "website_visits_30d", "page_views_30d", "pricing_page_visits", "demo_page_visits",
    "documentation_views", "emails_received", "whitepaper_downloads", "webinar_attendance",
    "social_media_engagement", "customer_success_interactions", "support_ticket_count",
    "integration_questions_asked", "feature_requests_count", "integration_requirements",
]
SHARES = [
    "industry_tech_score", "bounce_rate", "email_open_rate", "email_click_rate", "lead_source_quality",
    "use_case_alignment",
]
FLAGS = [
    "company_public_status", "parent_company_exists", "multi_channel_engagement", "decision_maker_contacted",
    "champion_identified", "budget_confirmed", "timeline_confirmed", "competitor_evaluation",
    "technical_evaluation_started", "contract_reviewed", "security_questionnaire_completed", "roi_calculator_used",
    "custom_demo_requested", "paid_channel_source", "referral_source", "event_source",
]


def lead() -> dict:
    features = {
        "company_revenue": round(random.lognormvariate(15, 2), 2),
        "company_employee_count": 1 + int(random.lognormvariate(3.5, 1.5)),
        "company_age_years": round(random.uniform(0.5, 20), 1),
        "company_funding_total": round(random.lognormvariate(14, 2), 2),
        "company_growth_rate": round(random.uniform(-0.2, 0.8), 3),
        "geographic_tier": random.randint(1, 3),
        "avg_session_duration_sec": round(random.uniform(30, 600), 1),
        "days_since_first_touch": round(random.uniform(30, 180), 1),
        "days_since_last_touch": round(random.uniform(0, 30), 1),
        "total_touchpoints": random.randint(1, 40),
        "attribution_touchpoints": random.randint(1, 10),
        "product_tier_interest": random.randint(1, 3),
        "deployment_preference": random.randint(0, 2),
    }
    features |= {name: random.randint(0, 20) for name in COUNTS}
    features |= {name: round(random.random(), 3) for name in SHARES}
    features |= {name: random.randint(0, 1) for name in FLAGS}
    return {"lead_id": f"locust-{random.randrange(10**9)}", "features": features}


class LeadScoringUser(FastHttpUser):
    wait_time = between(0.01, 0.1)

    def on_start(self) -> None:
        self.headers = {"X-API-Key": os.environ.get("LEAD_API_KEY", "")}

    @task(10)
    def score(self) -> None:
        body = lead()
        with self.client.post("/api/v1/score", json=body, headers=self.headers, catch_response=True) as answer:
            if answer.status_code == 200 and answer.json()["lead_id"] != body["lead_id"]:
                answer.failure("answered about another lead")

    @task(2)
    def batch(self) -> None:
        body = [lead() for _ in range(random.randint(5, 20))]
        with self.client.post("/api/v1/score/batch", json=body, headers=self.headers, catch_response=True) as answer:
            if answer.status_code == 200 and len(answer.json()) != len(body):
                answer.failure("answered another number of leads")

    @task(1)
    def model_info(self) -> None:
        self.client.get("/api/v1/model/info", headers=self.headers)

    @task(1)
    def health(self) -> None:
        self.client.get("/health")
